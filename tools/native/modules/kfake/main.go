// A Kafka broker in memory: kfake PORT TOPIC...
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

const partitions = 3

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: kfake PORT TOPIC...")
	}
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatalf("not a port: %v", err)
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1), kfake.Ports(port), kfake.SeedTopics(partitions, os.Args[2:]...),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer cluster.Close()
	log.Print("listening on ", cluster.ListenAddrs())
	stopped, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	<-stopped.Done()
}

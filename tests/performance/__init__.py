"""What Spanwise costs, measured against the bare SDK and one hand-written span in the same run."""

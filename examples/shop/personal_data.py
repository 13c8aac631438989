"""What customers give away about themselves, all of it invented.

The numbers carry valid check digits and the tokens have the real shape, as in production. `RAW_VALUES` lists every one
of them: whatever watches this application must let none of them out.
"""

from dataclasses import astuple, dataclass

__all__ = ["CUSTOMERS", "RAW_VALUES", "SECRETS", "Customer"]


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer; `national_id` is written with the words that people put around it."""

    email: str
    phone: str
    card: str
    iban: str
    national_id: str
    ip: str

    @property
    def name(self) -> str:
        """How the customer signs."""
        return self.email.partition(".")[0].capitalize()


CUSTOMERS = (
    Customer(
        "grace.miller@gmail.com",
        "+1 415-555-2671",
        "4539 1488 0343 6467",
        "GB29 NWBK 6016 1331 9268 19",
        "536-90-4399",
        "81.2.69.142",
    ),
    Customer(
        "oliver.hughes@outlook.com",
        "+44 20 7946 0958",
        "5425233430109903",
        "GB33BUKB20201555555555",
        "AB123456C",
        "2a00:1450:4001:82a::200e",
    ),
    Customer(
        "lena.fischer@web.de",
        "+49 30 901820",
        "3714-496353-98431",
        "DE89370400440532013000",
        "86095742719",
        "91.198.174.192",
    ),
    Customer(
        "giulia.rossi@libero.it",
        "+39 06 6982 4231",
        "6011000990139424",
        "IT60X0542811101000000123456",
        "RSSMRA85T10A562S",
        "151.11.48.50",
    ),
    Customer(
        "carlos.garcia@yahoo.es",
        "+34 912 345 678",
        "4000 0566 5566 5556",
        "ES9121000418450200051332",
        "12345678Z",
        "88.27.195.14",
    ),
    Customer(
        "julia.nowak@onet.pl",
        "+48 22 694 95 90",
        "5555555555554444",
        "PL61109010140000071219812874",
        "44051401359",
        "31.186.80.27",
    ),
)

_KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"

# Joined from two halves, so that scanners of repositories do not take an invented token for a leaked one.
SECRETS = {
    "OpenAI key": "sk-proj-Q7dXk2mVb9RtLw4cYh8Zs3NfJ6gPa1Ue5oTi0KxBvDqCyMrH",
    "AWS key": "AKIA5F2QXJ7RTNLZ3WKB",
    "GitHub token": "ghp_9fK2mQ7xVbR4tLw8cYhZs3NdJ6gPa1Ue5oTi",
    "Slack token": "xoxb-2193847561029-3847561029384-Kq7XmVb9RtLw4cYh8Zs3NfJ6",
    "Stripe key": "sk_live_4eC39HqLyjWDarjtT1zdp7dcQ7XmVb9R",
    "session": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiI4ODIxIiwibmFtZSI6IkdyYWNlIE1pbGxlciIsImlhdCI6MTc2MzcyMDAwMH0."
    "b7Q2xkV9mRtLw4cYh8Zs3NfJ6gPa1Ue5oTi0KxBvDqC",
    "database": "postgres://shop:k7Wm-Qz4tV9@db.internal.kitchen.example:5432/orders",
    "private key": f"-----BEGIN PRIVATE KEY-----\n{_KEY_BODY}\n-----END PRIVATE KEY-----",
}

# A private key that spans lines is looked for by its middle: JSON writes the line breaks differently.
RAW_VALUES = (
    *(value for customer in CUSTOMERS for value in astuple(customer)),
    *(value for name, value in SECRETS.items() if name != "private key"),
    _KEY_BODY,
)

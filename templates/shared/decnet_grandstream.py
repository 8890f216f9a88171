"""What a Grandstream PBX says of itself in SIP, on its web pages and in its shell alike."""

MODEL = "UCM6204"
FIRMWARE = "1.0.20.48"

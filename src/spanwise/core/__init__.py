"""What every part shares: the guard, settings, the exchange and inference records, the span view, user context."""

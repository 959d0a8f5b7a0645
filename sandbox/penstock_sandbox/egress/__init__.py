"""The one door for everything that goes out."""

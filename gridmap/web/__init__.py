"""Dash pages, HTTP routes and the live channel. Asks services, never storage."""

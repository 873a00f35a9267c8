"""Persistence through the ORM, and nothing but that: no rules of the business."""

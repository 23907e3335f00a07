"""Mails: their parts in order, quoted replies, invitations, attachments."""

"""What a person should know: notices in the portal and, from the same row, by mail.

URL: /notifications
"""

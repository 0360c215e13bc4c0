"""Customers: accounts and their people, who of us serves them, what was said to whom, and what other systems know of them.

URL: /customers, /contacts. Orders, credit, invoices and deliveries are mirrors of other systems: they come by import, nobody
edits them here, and each says how fresh it is.
"""

"""Who may do what on which rows. No pages: `permissions` is one table, `scopes` turns a row of it into a select."""

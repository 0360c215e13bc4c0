"""Everything HTTP that is not a room: pages, forms, lists, answers, security, assets, charts, languages."""

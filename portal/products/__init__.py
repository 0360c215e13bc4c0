"""What the company sells: products with list price, cost and lead time, and how many of them lie where.

URL: /products. Prices, costs and stock are mirrors of other systems: they come by import and say how fresh they are.
"""

"""Three nodes on one PostgreSQL behind nginx, under everything that can happen to them.

Clients register users, log in and verify tokens all the while, through the proxy and so at any node (`load`). Keys
rotate every six seconds. One node after another is killed, PostgreSQL is restarted, crashed and frozen (`disturb`).
What was acknowledged has to be there in the end, every token has to verify for as long as it lives, and no address may
get more than its share (`judge`).
"""

"""Tables, engine, migrations, writes, and reads that return domain objects."""

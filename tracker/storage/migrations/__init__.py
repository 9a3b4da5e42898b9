"""The way from every schema that ever was to the present one."""

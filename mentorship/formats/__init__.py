"""How each language writes dates, where Django's own formats do not do."""

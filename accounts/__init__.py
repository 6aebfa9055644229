"""Who: users, regions, organisations, appointments; sign-in, encryption, masks and the guard of every command."""

//! The loop where both arrows meet: carrier, session, clock, commands.

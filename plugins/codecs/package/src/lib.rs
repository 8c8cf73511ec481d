//! flowport's codec of Boomi Flow packages (.package, .package2).

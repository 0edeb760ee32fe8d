//! What a person must say. Nobody can be asked yet: an Ask is refused as pending, and no policy can give one.

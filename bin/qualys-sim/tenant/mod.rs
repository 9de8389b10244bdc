//! The simulated subscriptions: what they hold, made from a seed, and the answer key to them.

pub mod model;

package org.mococxr.events;

/** Events of the family {@code splits}. */
public sealed interface SplitEvent extends Event
    permits SplitRequested, SplitProgress, SplitCompleted, SplitFailed {}

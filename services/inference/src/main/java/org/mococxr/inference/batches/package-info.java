/**
 * Jobs over whole folders: what is to be read, which replica reads it, and the table that comes of
 * it. All that is known of a job is kept in the store, so that a restart loses nothing.
 */
package org.mococxr.inference.batches;

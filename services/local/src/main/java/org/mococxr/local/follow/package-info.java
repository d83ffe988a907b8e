/**
 * Following an experiment on Kafka's topics: what has happened, how long it will take, and a line
 * that tells a person so.
 */
package org.mococxr.local.follow;

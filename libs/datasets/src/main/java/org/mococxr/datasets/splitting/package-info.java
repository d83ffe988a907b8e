/**
 * How parts and draws are chosen, written and verified. Every choice is keyed by (seed, purpose,
 * name of the patient or row), never by position, so that the order of the input does not matter
 * and adding a draw changes no other.
 */
package org.mococxr.datasets.splitting;

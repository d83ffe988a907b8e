/** What a machine has of what the tool needs, and what to do about the rest. Computes nothing. */
package org.mococxr.trainer.doctor;

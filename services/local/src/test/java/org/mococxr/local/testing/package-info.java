/** Stand-ins and helpers for the tests of this module. */
package org.mococxr.local.testing;

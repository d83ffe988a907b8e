/** Fixtures and builders of the module's tests. */
package org.mococxr.learning.testing;

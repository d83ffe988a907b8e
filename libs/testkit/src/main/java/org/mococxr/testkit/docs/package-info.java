/** What tests hold the pages of the documentation against. */
package org.mococxr.testkit.docs;

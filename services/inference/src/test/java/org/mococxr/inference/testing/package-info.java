/** What the tests build on: a network, bundles, pictures, a broker. */
package org.mococxr.inference.testing;

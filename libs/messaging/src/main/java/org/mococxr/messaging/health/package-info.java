/** Readiness of services; only for those that have MicroProfile Health. */
package org.mococxr.messaging.health;

/** What tests of several packages and modules share. Knows no package of the product. */
package dev.replicator.testing;

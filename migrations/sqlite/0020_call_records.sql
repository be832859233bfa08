-- Blocks hold records as the journal has them; those of before are of another layout. Their roll-ups stay.
DELETE FROM call_block_keys;
DELETE FROM call_blocks;

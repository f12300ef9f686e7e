/* Records of the floor's rooms, each shown by the file of its own. */
#include "node/http/records_inside.h"

bool put_photo(struct showing *showing)
{
    return photo_put_record(showing->reading, showing->id, showing->out, showing->key);
}

bool put_plate(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return plate_put_record(showing->reading, &id, showing->out, showing->key, &showing->version);
}

bool put_removal(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return removal_put_record(showing->reading, &id, showing->out, showing->key, &showing->version);
}

bool put_inbound(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return inbound_put_record(showing->reading, &id, showing->out, showing->key, &showing->version);
}

bool put_unclaimed(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return unclaimed_put_record(showing->reading, &id, showing->out, showing->key);
}

bool put_batch(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return batch_put_record(showing->reading, &id, showing->out, showing->key, &showing->version);
}

bool put_repair(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return repair_put_record(showing->reading, &id, showing->out, showing->key, &showing->version);
}

bool put_exchange(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return exchange_put_record(showing->reading, &id, showing->out, showing->key,
                               &showing->version);
}

bool put_label(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return label_put_record(showing->reading, &id, showing->out, showing->key, &showing->version);
}

bool put_lane(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return lane_put_record(showing->reading, &id, showing->out, showing->key, &showing->version);
}

bool put_manifest_line(struct showing *showing)
{
    return manifest_put_record(showing->reading, showing->id, showing->out, showing->key);
}

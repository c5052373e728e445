namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// Due times of slots for one kind of timeout, as a doubly linked list in order of due time. All due times of a kind are a fixed delay
/// after something that happens in order, so a new one belongs at the end or very near it: arming and disarming cost a few stores.
/// </summary>
internal sealed class DeadlineQueue
{
    private const int None = -1;

    private readonly Entry[] _entries;
    private int _first = None;
    private int _last = None;

    public DeadlineQueue(int slots)
    {
        _entries = new Entry[slots];
        _entries.AsSpan().Fill(new Entry { Next = None, Previous = None });
    }

    /// <summary>The earliest due time; <see cref="long.MaxValue"/> when nothing is armed.</summary>
    public long NextDueNs => _first == None ? long.MaxValue : _entries[_first].DueNs;

    public bool IsArmed(int slot) => _entries[slot].Armed;

    /// <param name="slot">Not armed.</param>
    /// <param name="dueNs">CLOCK_MONOTONIC.</param>
    public void Arm(int slot, long dueNs)
    {
        int before = _last;
        while (before != None && _entries[before].DueNs > dueNs)
        {
            before = _entries[before].Previous;
        }

        int after = before == None ? _first : _entries[before].Next;
        _entries[slot] = new Entry { DueNs = dueNs, Previous = before, Next = after, Armed = true };
        Link(before, slot, after);
    }

    /// <summary>Does nothing when the slot is not armed.</summary>
    public void Disarm(int slot)
    {
        Entry entry = _entries[slot];
        if (!entry.Armed)
        {
            return;
        }

        _entries[slot].Armed = false;
        if (entry.Previous == None)
        {
            _first = entry.Next;
        }
        else
        {
            _entries[entry.Previous].Next = entry.Next;
        }

        if (entry.Next == None)
        {
            _last = entry.Previous;
        }
        else
        {
            _entries[entry.Next].Previous = entry.Previous;
        }
    }

    /// <summary>Takes out the earliest slot, if it is due.</summary>
    public bool TryExpire(long nowNs, out int slot)
    {
        slot = _first;
        if (NextDueNs > nowNs)
        {
            return false;
        }

        Disarm(slot);
        return true;
    }

    private void Link(int before, int slot, int after)
    {
        if (before == None)
        {
            _first = slot;
        }
        else
        {
            _entries[before].Next = slot;
        }

        if (after == None)
        {
            _last = slot;
        }
        else
        {
            _entries[after].Previous = slot;
        }
    }

    private struct Entry
    {
        public long DueNs;
        public int Previous;
        public int Next;
        public bool Armed;
    }
}

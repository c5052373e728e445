namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// The slots of an open loop that have nothing in progress. Persistent connections are taken in turn, the longest idle first, so that the
/// load spreads over all of them; a vacant slot only when none stands.
/// </summary>
internal sealed class FreeSlots
{
    private readonly int[] _standing;
    private readonly bool[] _isStanding;
    private readonly bool[] _isQueued;
    private readonly int[] _vacant;
    private int _firstStanding;
    private int _queued;
    private int _standingCount;
    private int _vacantCount;

    public FreeSlots(int slots)
    {
        _standing = new int[slots];
        _isStanding = new bool[slots];
        _isQueued = new bool[slots];
        _vacant = new int[slots];
    }

    public bool Any => _standingCount + _vacantCount > 0;

    public void AddVacant(int slot) => _vacant[_vacantCount++] = slot;

    public void AddStanding(int slot)
    {
        _isStanding[slot] = true;
        _standingCount++;

        // A slot whose connection was lost while it waited is still in the queue: it keeps that place.
        if (!_isQueued[slot])
        {
            _isQueued[slot] = true;
            _standing[(_firstStanding + _queued++) % _standing.Length] = slot;
        }
    }

    /// <summary>A persistent connection is lost: its slot is vacant.</summary>
    public void Lose(int slot)
    {
        _isStanding[slot] = false;
        _standingCount--;
        AddVacant(slot);
    }

    /// <param name="slot">The slot taken.</param>
    /// <param name="stands">Whether it has a connection.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTake(out int slot, out bool stands)
    {
        stands = _standingCount > 0;
        if (stands)
        {
            slot = TakeStanding();
            return true;
        }

        slot = _vacantCount > 0 ? _vacant[--_vacantCount] : -1;
        return slot >= 0;
    }

    private int TakeStanding()
    {
        while (true)
        {
            int slot = _standing[_firstStanding];
            _firstStanding = (_firstStanding + 1) % _standing.Length;
            _queued--;
            _isQueued[slot] = false;
            if (_isStanding[slot])
            {
                _isStanding[slot] = false;
                _standingCount--;
                return slot;
            }
        }
    }
}

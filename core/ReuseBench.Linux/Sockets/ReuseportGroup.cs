namespace ReuseBench.Linux;

/// <summary>
/// The kernel's rule of selection in a SO_REUSEPORT group, as a model for predictions: a listener's place is the order of its listen(2);
/// closing one moves the last into its place; the hash of the tuple is scaled to the number of places.
/// <see href="https://github.com/torvalds/linux/blob/v6.12/net/core/sock_reuseport.c">net/core/sock_reuseport.c</see>
/// (reuseport_select_sock_by_hash, __reuseport_detach_sock). Immutable.
/// </summary>
public sealed class ReuseportGroup
{
    private readonly int[] _places;

    private ReuseportGroup(int[] places) => _places = places;

    /// <summary>The listeners by place.</summary>
    public IReadOnlyList<int> Places => _places;

    /// <summary>A group whose listeners 0, 1, … listened in this order.</summary>
    public static ReuseportGroup Of(int listeners)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(listeners, 1);
        return new ReuseportGroup([.. Enumerable.Range(0, listeners)]);
    }

    /// <summary>reciprocal_scale of <c>include/linux/kernel.h</c>: the place, 0 to listeners − 1.</summary>
    public static int PlaceOf(uint hash, int listeners) => (int)(((ulong)hash * (uint)listeners) >> 32);

    public ReuseportGroup Add(int listener) => new([.. _places, listener]);

    /// <exception cref="ArgumentException">No such listener, or the only one.</exception>
    public ReuseportGroup Close(int listener)
    {
        int place = Array.IndexOf(_places, listener);
        if (place < 0 || _places.Length == 1)
        {
            throw new ArgumentException($"listener {listener} is not one of several in this group", nameof(listener));
        }

        int[] rest = _places[..^1];
        if (place < rest.Length)
        {
            rest[place] = _places[^1];
        }

        return new ReuseportGroup(rest);
    }

    /// <summary>The listener of a hash.</summary>
    public int Select(uint hash) => _places[PlaceOf(hash, _places.Length)];

    /// <summary>Whether any hash is at the one listener in this group and at the other in the later one.</summary>
    public bool CanMove(int listener, ReuseportGroup after, int listenerAfter)
    {
        ArgumentNullException.ThrowIfNull(after);
        int place = Array.IndexOf(_places, listener);
        int other = Array.IndexOf(after._places, listenerAfter);
        return place >= 0 && other >= 0 && Overlap(place, after, other) > 0;
    }

    /// <summary>Share of all hashes that reach the same listener in both groups, 0 to 1: the overlap of their places.</summary>
    public double ShareKept(ReuseportGroup after)
    {
        ArgumentNullException.ThrowIfNull(after);
        long kept = 0;
        for (int place = 0; place < _places.Length; place++)
        {
            int other = Array.IndexOf(after._places, _places[place]);
            kept += other < 0 ? 0 : Math.Max(0, Overlap(place, after, other));
        }

        return (double)kept / ((long)_places.Length * after._places.Length);
    }

    /// <summary>Hashes at both places, in units of 1 / (places before · places after), so that nothing is rounded; not positive for none.</summary>
    private long Overlap(long place, ReuseportGroup after, long other)
    {
        long before = _places.Length;
        long later = after._places.Length;
        return Math.Min((place + 1) * later, (other + 1) * before) - Math.Max(place * later, other * before);
    }
}

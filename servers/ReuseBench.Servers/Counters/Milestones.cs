using ReuseBench.Core.Wire;

namespace ReuseBench.Servers.Counters;

/// <summary>
/// Logs the first accept and the first answer of each life of the listener. Asked for every connection and request, so the usual case
/// is one read of a word that no longer changes.
/// </summary>
internal sealed class Milestones(ServerPageWriter page, int firstGeneration = 0)
{
    private int _generation = firstGeneration;
    private int _accepted;
    private int _answered;

    /// <summary>Which life of the listener, from 0.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Called while no worker accepts or answers.</summary>
    public void BeginGeneration()
    {
        Volatile.Write(ref _generation, _generation + 1);
        Volatile.Write(ref _accepted, 0);
        Volatile.Write(ref _answered, 0);
    }

    public void Accepted()
    {
        if (_accepted == 0 && Interlocked.Exchange(ref _accepted, 1) == 0)
        {
            page.Log(ServerEventKind.FirstAccept, _generation);
        }
    }

    public void Answered()
    {
        if (_answered == 0 && Interlocked.Exchange(ref _answered, 1) == 0)
        {
            page.Log(ServerEventKind.FirstAnswer, _generation);
        }
    }
}

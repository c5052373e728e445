using ReuseBench.Linux;

namespace ReuseBench.Bench.Fairness;

/// <summary>A real group of listeners that can be changed, and asked who gets whom.</summary>
internal interface IAffinityGroup : IDisposable
{
    /// <summary>How a tuple is joined to its listener, as in <c>affinity.csv</c>.</summary>
    string JoinedBy { get; }

    /// <summary>A fresh group of listeners 0 … n − 1, opened in this order, on the same port as any before.</summary>
    void Build(int listeners);

    /// <summary>
    /// A group that treats every tuple as one fresh from <see cref="Build"/> would, by the kernel's rule, and has the numbers 0 … n − 1
    /// again. The caller sees whether it does.
    /// </summary>
    void Restore(int listeners);

    void Add();

    void Close(int listener);

    /// <summary>Connects once from each tuple and gives the number of the listener that got it, −1 where the tuple was not free.</summary>
    int[] Observe(IReadOnlyList<SockAddr> tuples);
}

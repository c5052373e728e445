using NBomber.Contracts;
using NBomber.CSharp;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.LoadGen.NBomber;

/// <summary>Our loads in NBomber's words: closed is KeepConstant, open is Inject.</summary>
internal static class NBomberLoad
{
    /// <summary>NBomber counts in seconds and starts a little late: the load goes on for this long after the window.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <param name="settings">Closed, or open with constant arrivals.</param>
    /// <param name="length">Warm-up and window.</param>
    /// <exception cref="UsageException">NBomber has no such load.</exception>
    public static LoadSimulation[] Of(LoadSettings settings, TimeSpan length)
    {
        TimeSpan during = TimeSpan.FromSeconds(Math.Ceiling(length.TotalSeconds)) + Tail;
        if (settings.Rate is not double rate)
        {
            return [Simulation.KeepConstant(copies: settings.Connections, during: during)];
        }

        if (settings.Arrivals != Arrivals.Constant)
        {
            throw new UsageException("arrivals: the driver nbomber injects at a constant rate only; use --arrivals constant, or --driver native");
        }

        return rate == Math.Floor(rate) && rate <= int.MaxValue
            ? [Simulation.Inject(rate: (int)rate, interval: Second, during: during)]
            : throw new UsageException($"rate: {rate} is no whole number, and the driver nbomber counts in those; use one, or --driver native");
    }
}

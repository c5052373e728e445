using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.ExceptionServices;
using ReuseBench.Linux;
using Xunit.Sdk;

namespace ReuseBench.TestSupport;

/// <summary>
/// For what a program can only show where the host lets it: that something was on time, that a thread got its CPU. A busy host breaks it in one
/// attempt and not in the next; a program that is wrong is so in each. What holds on any host is asserted where the result is made, and fails at once.
/// Such tests are of the quiet suite (scripts/quiet-suite): where it came out in no attempt, and others had the CPUs in half of them or more, the test is
/// skipped with "host too busy"; else it fails.
/// </summary>
internal sealed class BusyHost
{
    /// <summary>A disturbance that comes in half of all attempts comes in all of them once in 64 times.</summary>
    public const int Attempts = 6;

    /// <summary>What a host disturbs in one of ten attempts it disturbs in all of them once in ten thousand.</summary>
    private const int Few = 4;

    /// <summary>What others may have of the CPUs: a fiftieth of some seconds is a tenth of one, in which nothing that is told in milliseconds holds.</summary>
    private const double MostForeignShare = 0.02;

    private readonly Use _began = Use.UntilNow();

    private BusyHost()
    {
    }

    /// <summary>From now on.</summary>
    public static BusyHost Watch() => new();

    /// <param name="attempt">Makes a result; what it asserts itself holds on any host.</param>
    /// <param name="undisturbed">Asserts what holds of at least one of the results.</param>
    /// <param name="attempts">How many at most.</param>
    /// <param name="untold">Why a result tells nothing, by what it says of itself; null where it tells. Where none of all tells, the test is skipped.</param>
    /// <returns>The first result of which it holds.</returns>
    public static async Task<T> OneOf<T>(
        Func<Task<T>> attempt, Action<T> undisturbed, int attempts = Attempts, Func<T, string?>? untold = null)
    {
        int disturbed = 0;
        ExceptionDispatchInfo? failedUndisturbed = null;
        string? busy = null;
        int told = 0;
        for (int left = attempts - 1; ; left--)
        {
            BusyHost watch = Watch();
            T result = await attempt();
            if (untold?.Invoke(result) is { } why && (left > 0 || told == 0))
            {
                Assert.SkipWhen(left == 0, $"none of {attempts} attempts tells: {why}");
                continue;
            }

            told++;
            try
            {
                undisturbed(result);
                return result;
            }
            catch (Exception e) when (e is IAssertionException)
            {
                if (watch.WhyBusy() is { } now)
                {
                    busy = now;
                    disturbed++;
                }
                else
                {
                    failedUndisturbed ??= ExceptionDispatchInfo.Capture(e);
                }

                if (left == 0)
                {
                    Assert.SkipWhen(2 * disturbed >= told, $"{busy}; {e.Message}");
                    failedUndisturbed!.Throw();
                }

                TestContext.Current.TestOutputHelper?.WriteLine($"once more, the host may have been busy: {e.Message}");
            }
        }
    }

    /// <inheritdoc cref="OneOf{T}(Func{Task{T}}, Action{T}, int, Func{T, string})"/>
    public static T OneOf<T>(Func<T> attempt, Action<T> undisturbed, int attempts = Attempts, Func<T, string?>? untold = null) =>
        OneOf(() => Task.FromResult(attempt()), undisturbed, attempts, untold).GetAwaiter().GetResult();

    /// <summary>
    /// For what a host takes that stands still for a second at the wrong moment: that a window held a request, or a queue a connection. It comes out in
    /// one of a few attempts on any host, however busy, so that a test in which it never does fails, and is not skipped.
    /// </summary>
    /// <param name="attempt">Makes a result; what it asserts itself holds in every attempt.</param>
    /// <param name="shown">Asserts what holds of at least one of the results.</param>
    /// <returns>The first result of which it holds.</returns>
    public static async Task<T> OneOfFew<T>(Func<Task<T>> attempt, Action<T> shown)
    {
        for (int left = Few - 1; ; left--)
        {
            T result = await attempt();
            try
            {
                shown(result);
                return result;
            }
            catch (Exception e) when (left > 0 && e is IAssertionException)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"once more, the host may have stood still: {e.Message}");
            }
        }
    }

    /// <inheritdoc cref="OneOfFew{T}(Func{Task{T}}, Action{T})"/>
    public static T OneOfFew<T>(Func<T> attempt, Action<T> shown) => OneOfFew(() => Task.FromResult(attempt()), shown).GetAwaiter().GetResult();

    /// <summary>Skips the test where others had CPU time since the watch began.</summary>
    /// <param name="what">Did not come out.</param>
    public void SkipIfBusy(string what)
    {
        if (WhyBusy() is { } why)
        {
            Assert.Skip($"{why}; {what}");
        }
    }

    /// <summary>Skips the test where others had CPU time since the watch began; else it fails.</summary>
    /// <param name="what">Did not come out.</param>
    [DoesNotReturn]
    public void SkipIfBusyElseFail(string what)
    {
        SkipIfBusy(what);
        Assert.Fail(what);
    }

    /// <summary>Null where nobody else had CPU time that counts since the watch began.</summary>
    private string? WhyBusy()
    {
        Use use = Use.UntilNow().Since(_began);
        return use.ForeignShare <= MostForeignShare && use.Throttled == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"host too busy: others had {use.ForeignShare:0 %} of its CPUs, a quota stopped us {use.Throttled} times");
    }

    /// <summary>CPU time in ticks, on the CPUs that this process may use.</summary>
    /// <param name="All">Of all of them, whoever had them or nobody.</param>
    /// <param name="Busy">Of anybody, what a hypervisor took included.</param>
    /// <param name="Own">Of this process and those that it started.</param>
    /// <param name="Throttled">Periods in which a quota was used up.</param>
    private sealed record Use(long All, long Busy, double Own, long Throttled)
    {
        public double ForeignShare => All > 0 ? Math.Max(0, Busy - Own) / All : 0;

        public static Use UntilNow()
        {
            int[] allowed = CpuAffinity.OfCurrentThread();
            CpuTimes[] times = [.. CpuTimes.Read().Where(t => allowed.Contains(t.Cpu))];
            long busy = times.Sum(t => t.Total - t.Idle - (t.IoWait ?? 0));
            return new Use(times.Sum(t => t.Total), busy, ProcessFamily.CpuNs() / 1e9 * ProcessCpu.TicksPerSecond, CpuQuota.Read().ThrottledPeriods ?? 0);
        }

        public Use Since(Use earlier) => new(All - earlier.All, Busy - earlier.Busy, Own - earlier.Own, Throttled - earlier.Throttled);
    }
}

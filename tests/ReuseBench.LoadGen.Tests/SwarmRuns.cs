using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Tests.Server;

namespace ReuseBench.LoadGen.Tests;

/// <summary>What the tests of whole runs share.</summary>
internal static class SwarmRuns
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    private const int MostEmptyWindows = 3;

    public static LoadSettings Short { get; } = new()
    {
        Connections = 8,
        Duration = Duration.FromMilliseconds(300),
        Warmup = Duration.FromMilliseconds(100),
        Timeout = Duration.FromSeconds(20),
    };

    /// <summary>Where nothing at all happened in the window, since the host stood still for as long, once more: that tells nothing.</summary>
    public static async Task<LoadDocument> Run(LoadSettings settings, TestServer server)
    {
        for (int left = MostEmptyWindows; ; left--)
        {
            LoadDocument document = await Run(settings, server.Target);
            if (left == 0 || settings.Idle || document.ErrorsHttp > 0 || document.Timeline.Any(point => point.Requests + point.Errors > 0))
            {
                return document;
            }

            server.Forget();
        }
    }

    public static async Task<LoadDocument> Run(LoadSettings settings, Target target) =>
        await Task.Run(() => Direct(settings, target), TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>On the calling thread, until it ends or the test run is cancelled.</summary>
    public static LoadDocument Direct(LoadSettings settings, Target target) =>
        Swarm.Run(settings, target, new KeptSignals(), TestContext.Current.CancellationToken);

    /// <summary>What holds of every run, whatever happened in it.</summary>
    public static void CountsBalance(LoadDocument document)
    {
        LifeCounts life = document.Life;
        Assert.Equal(life.RequestsSent, life.Answers + life.FailedRequests);
        Assert.Equal(life.ConnectsStarted, life.ConnectionsOpened + life.FailedConnects);
        Assert.True(document.AnswersByWorker.Values.Sum() <= life.Answers);

        long failures = document.Errors.Where(e => e.Phase is not ("close" or "schedule") && !IsStatus(e)).Sum(e => e.Count);
        Assert.Equal(life.FailedConnects + life.FailedRequests, failures);
        Assert.Equal(life.NeverStarted ?? 0, document.Errors.Where(e => e.Phase == "schedule").Sum(e => e.Count));
    }

    public static long Errors(LoadDocument document, string phase, string error) =>
        document.Errors.Where(e => e.Phase == phase && e.Error == error).Sum(e => e.Count);

    private static bool IsStatus(ErrorCount error) => error.Error.StartsWith("http-", StringComparison.Ordinal);
}

using System.Diagnostics;
using System.Runtime.Versioning;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Output;
using ReuseBench.Semantics.Probing;
using ReuseBench.TestSupport;

namespace ReuseBench.Semantics.Tests;

/// <summary>The whole matrix. Its time is printed, not asserted: other tests share the machine.</summary>
[SupportedOSPlatform("linux")]
public sealed class MatrixTests(ITestOutputHelper output)
{
    private const string SetPriv = "/usr/bin/setpriv";

    [Fact]
    public void Prediction_and_kernel_agree_on_every_case()
    {
        IReadOnlyList<Outcome> outcomes = Run();
        Assert.DoesNotContain(outcomes, o => o.Untried?.Kind == UntriedKind.Failed);
        Assert.Empty(outcomes.Where(o => o.Agrees == false).Select(o => $"{o.Case}: {ObservationText.Of(o.Observation!)}"));
        Assert.True(outcomes.Count(o => o.Agrees == true) >= 4 * 4 * 6 * AddressPair.All.Count, "the TCP product was not tried whole");
    }

    [Fact]
    public void Two_runs_write_the_same_rows() =>
        Assert.Equal(Run().Select(o => SemanticsRows.Of(o, "a")), Run().Select(o => SemanticsRows.Of(o, "a")));

    [Fact]
    public async Task An_ordinary_user_gets_the_same_agreement()
    {
        Assert.SkipUnless(Environment.UserName == "root", "is run as an ordinary user already");
        Assert.SkipUnless(File.Exists(SetPriv), $"needs {SetPriv}");
        using ReachableCopy copy = new(AppContext.BaseDirectory);
        string self = copy.At(Path.GetFileName(Environment.ProcessPath!));
        ProcessStartInfo start = new(SetPriv)
        {
            ArgumentList = { "--reuid=65534", "--regid=65534", "--clear-groups", self, "-method", "*." + nameof(Prediction_and_kernel_agree_on_every_case) },
            WorkingDirectory = copy.At("."),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = Path.GetTempPath() },
        };
        using Process child = Process.Start(start)!;
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        Task<string> text = child.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = child.StandardError.ReadToEndAsync(limit.Token);
        await child.WaitForExitAsync(limit.Token);
        Assert.SkipWhen(child.ExitCode is 126 or 127, $"the test program is out of that user's reach: {await errors}");
        Assert.True(child.ExitCode == 0, await text + await errors);
        Assert.Contains("Total: 1", await text, StringComparison.Ordinal);
    }

    private IReadOnlyList<Outcome> Run()
    {
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<Outcome> outcomes = new MatrixRun(Rights.OfThisProcess()).Run(CaseMatrix.Enumerate().Cases);
        output.WriteLine($"{outcomes.Count(o => o.Observation is not null)} cases in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        return outcomes;
    }
}

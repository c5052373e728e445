using System.Globalization;
using System.Text.RegularExpressions;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>
/// A shell script in a network namespace of its own, with all that goes over its loopback captured. Skips the test, with the reason, where tools or
/// rights for it are missing.
/// </summary>
internal static partial class CapturedRun
{
    private const int Attempts = 4;

    /// <summary>Runs the script until the capture has every packet: one that a busy host cut short shows nothing.</summary>
    /// <param name="script">Lines of sh, given the folder that they may write to; they end with what they test.</param>
    /// <param name="see">Looks at the folder and at the capture in it.</param>
    public static void Run(Func<TestFolder, string> script, Action<TestFolder, string> see)
    {
        string tcpdump = Tools.Require("tcpdump");
        string unshare = Tools.Require("unshare");
        string ip = Tools.Require("ip");
        Assert.SkipUnless(RunningProgram.Run(unshare, "-n", "true").ExitCode == 0, "no right to make a network namespace");
        string said = "";
        BusyHost watch = BusyHost.Watch();
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            using TestFolder folder = new();
            string capture = folder.At("lo.pcap");
            string log = folder.At("tcpdump.log");

            // What tcpdump has not yet read when it is told to end is in no file: it is left to read until the file no longer grows.
            string all = $"""
                {ip} link set lo up
                {tcpdump} -i lo -n -s 0 -B 65536 -U -w {capture} tcp 2> {log} &
                dump=$!
                while ! grep -q 'listening on' {log} && kill -0 $dump; do sleep 0.01; done
                (
                {script(folder)}
                )
                code=$?
                before=-1
                size=0
                while [ $before != $size ]; do before=$size; sleep 0.3; size=$(stat -c %s {capture}); done
                kill -INT $dump
                wait $dump
                exit $code
                """;
            using RunningProgram run = RunningProgram.Start(unshare, "-n", "sh", "-c", all);
            Outcome outcome = run.WaitForExit();
            Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors + File.ReadAllText(log));
            said = File.ReadAllText(log);

            // A packet of the loopback passes the filter twice, as it is sent and as it is received, and is kept once.
            if (2 * Count(Captured()) == Count(Received()) && Count(Dropped()) == 0)
            {
                see(folder, capture);
                return;
            }
        }

        watch.SkipIfBusyElseFail($"packets of each of {Attempts} captures were lost: {said}");

        long Count(Regex what) => long.Parse(what.Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(\d+) packets? captured", RegexOptions.Multiline)]
    private static partial Regex Captured();

    [GeneratedRegex(@"^(\d+) packets? received by filter", RegexOptions.Multiline)]
    private static partial Regex Received();

    [GeneratedRegex(@"^(\d+) packets? dropped by kernel", RegexOptions.Multiline)]
    private static partial Regex Dropped();
}

using System.Diagnostics;
using ReuseBench.Linux;

namespace ReuseBench.Campaign;

/// <summary>
/// Where a campaign runs: a mount and a network namespace of its own, with empty /tmp, /run and /dev/shm. What is found in them afterwards is of the runs,
/// and of nobody else on the host; sysctls of the network are those of this namespace alone.
/// </summary>
internal sealed class OwnPlace
{
    /// <summary>Tells the second start of this program that it is there.</summary>
    private const string Here = "REUSEBENCH_CAMPAIGN_HERE";

    private const string Work = "/tmp/campaign";

    /// <summary>
    /// A program under /tmp (a checkout, say) keeps its place there. A shell lets what it starts in the background ignore SIGINT, and runs would inherit
    /// that.
    /// </summary>
    private const string Script = """
        set -e
        program=$1; shift
        mount -t tmpfs -o mode=755 campaign /run
        case "$program" in
          /tmp/*)
            mkdir /run/program
            mount --bind "$program" /run/program
            mount -t tmpfs -o mode=1777 campaign /tmp
            mkdir -p "$program"
            mount --bind /run/program "$program"
            umount /run/program
            rmdir /run/program;;
          *)
            mount -t tmpfs -o mode=1777 campaign /tmp;;
        esac
        mount -t tmpfs -o mode=1777 campaign /dev/shm
        if env --default-signal=INT true 2>/dev/null; then exec env --default-signal=INT "$@"; fi
        exec "$@"
        """;

    /// <summary>As root; and as anybody who may be root of a namespace of users.</summary>
    private static readonly string[][] Ways = [["--mount", "--net", "--propagation", "private"], ["--user", "--map-root-user", "--mount", "--net"]];

    private OwnPlace()
    {
    }

    public static bool IsHere => Environment.GetEnvironmentVariable(Here) == "1";

    /// <summary>The program under test, as it was built with this one.</summary>
    public static string ReuseBench { get; } = Path.Combine(AppContext.BaseDirectory, "reusebench");

    /// <summary>The folder that runs are started in; nothing is to be left there.</summary>
    public string CurrentFolder { get; } = Path.Combine(Work, "current");

    /// <summary>The home folder that runs are given; likewise.</summary>
    public string Home { get; } = Path.Combine(Work, "home");

    /// <summary>For matrices and run folders.</summary>
    public string Runs { get; } = Path.Combine(Work, "runs");

    /// <summary>Starts this program again where it has its own place, with the same arguments.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="CampaignException">No such place can be had here.</exception>
    public static int Enter(string[] arguments)
    {
        string[] way = Ways.FirstOrDefault(w => Run("unshare", [.. w, "true"], isQuiet: true) == 0) ?? throw new CampaignException(
            "no mount and network namespace can be made here; run as root, or where `unshare -Urmn true` works");
        string self = Environment.ProcessPath ?? throw new CampaignException("the path of this program is not known");
        return Run("unshare", [.. way, "sh", "-c", Script, "sh", AppContext.BaseDirectory.TrimEnd('/'), self, .. arguments], isQuiet: false);
    }

    /// <summary>Makes the folders, and sets the loopback up.</summary>
    public static OwnPlace Prepare()
    {
        OwnPlace place = new();
        foreach (string folder in (string[])[place.CurrentFolder, place.Home, place.Runs])
        {
            Directory.CreateDirectory(folder);
        }

        NetworkNamespace.BringUpLoopback();
        return place;
    }

    /// <summary>Everything that should not become more, full paths: what lies where only a run could have put it.</summary>
    public IReadOnlySet<string> Files() => ((string[])["/tmp", "/run", "/dev/shm", CurrentFolder, Home])
        .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder)).Where(path => path != Work).ToHashSet();

    private static int Run(string program, string[] arguments, bool isQuiet)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = isQuiet };
        start.Environment[Here] = "1";

        // The runtime of the campaign itself would keep its diagnostics in what is to stay empty.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["TMPDIR"] = "/tmp";
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new CampaignException($"{program} is not installed; it comes with util-linux");
        }
    }
}

namespace ReuseBench.SystemTests;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("run: name a matrix with --matrix", "run")]
    [InlineData("'nope' is unknown; use one of accepting, fairness, full, published, quick, restart-loss, servers, smoke", "run", "--matrix", "nope")]
    [InlineData("unknown option '--matrx'; did you mean '--matrix'?", "run", "--matrx", "smoke")]
    [InlineData("leaves none of the", "run", "--matrix", "smoke", "--filter", "workers=99", "--dry-run")]
    [InlineData("which this process may not use", "run", "--matrix", "smoke", "--server-cpus", "8000")]
    [InlineData("cannot be written", "run", "--matrix", "smoke", "--out", "/proc/nowhere")]
    [InlineData("'10' is not a duration", "run", "--matrix", "smoke", "--duration", "10")]
    [InlineData("repeats: 0 is out of range", "run", "--matrix", "smoke", "--repeats", "0")]
    [InlineData("'wasm' is unknown; use one of native, nbomber", "run", "--matrix", "smoke", "--driver", "wasm")]
    [InlineData("numa: 'x' is unknown; use one of same, apart", "run", "--matrix", "smoke", "--numa", "x")]
    [InlineData("micro: 'quick' is unknown; use one of short, full", "run", "--matrix", "smoke", "--micro", "quick")]
    [InlineData("variant: 'sharde' is unknown; did you mean 'shared'? Use one of single, shared, reuseport, inherited, restart",
        "serve", "--variant", "sharde")]
    [InlineData("workers: 0 is out of range; use 1 to 1024", "serve", "--workers", "0")]
    [InlineData("no such folder", "report", "/nowhere")]
    [InlineData("unknown command 'frobnicate'; use one: run, fairness, ", "frobnicate", "--help")]
    [InlineData("unknown command 'rnu'; did you mean 'run'?", "rnu", "smoke")]
    [InlineData("matrix: is named twice, 'smoke' and 'quick'", "run", "smoke", "--matrix", "quick")]
    [InlineData("target: is named twice", "load", "127.0.0.1:80", "--target", "127.0.0.1:81")]
    [InlineData("target: name a server, such as 127.0.0.1:8080", "load")]
    [InlineData("target: 'https://localhost/': only http is spoken", "load", "https://localhost/")]
    [InlineData("path: is named twice", "load", "http://127.0.0.1:80/a", "--path", "/b")]
    [InlineData("name a command: run, fairness")]
    [InlineData("seed: '-1' is not a seed: use a whole number from 0", "run", "--matrix", "smoke", "--seed", "-1")]
    [InlineData("repeats: 'x' is not a whole number", "fairness", "--repeats", "x")]
    [InlineData("rate: 0 is out of range; use a number of probes per second", "restart", "--rate", "0")]
    [InlineData("method: 'foo' is unknown; use one of none, ", "restart", "--method", "foo")]
    [InlineData("restart-timeout: 0s is out of range", "restart", "--restart-timeout", "0s", "--dry-run")]
    [InlineData("driver: 'accept-only probe' is unknown; use one of native, nbomber", "run", "--matrix", "smoke", "--driver", "accept-only probe")]
    [InlineData("driver: accept-only is set by the cells of a matrix", "run", "--matrix", "smoke", "--driver", "accept-only")]
    [InlineData("filter: variant: 'nope' is unknown; use one of single, shared", "run", "--matrix", "smoke", "--filter", "variant=nope")]
    [InlineData("filter: an empty term", "run", "--matrix", "smoke", "--filter", ",,,")]
    [InlineData("filter: an empty term", "run", "--matrix", "smoke", "--filter", "")]
    [InlineData("filter: 'nothing' leaves none", "fairness", "--filter", "nothing")]
    [InlineData("resume: '': no such folder", "run", "--resume", "")]
    [InlineData("processes: the variant shared runs in one process", "serve", "--variant", "shared", "--processes", "2")]
    [InlineData("accept: has no effect here", "serve", "--variant", "single", "--accept", "blocking")]
    [InlineData("restart-every: has no effect here", "serve", "--variant", "shared", "--restart-every", "1s")]
    [InlineData("arrivals: has no effect here, since a closed loop has no arrivals", "load", "--target", "127.0.0.1:1", "--arrivals", "poisson")]
    [InlineData("which this process may not use", "load", "--target", "127.0.0.1:1", "--cpus", "0,8000")]
    [InlineData("cpus: '' is no value", "load", "--target", "127.0.0.1:1", "--cpus", "")]
    [InlineData("cannot be written", "semantics", "--csv", "/nonexist/x")]
    [InlineData("ramp: 2s does not fit into the warm-up of 1s", "load", "--target", "127.0.0.1:1", "--ramp", "2s")]
    [InlineData("ramp: '-1s' is not a duration", "load", "--target", "127.0.0.1:1", "--ramp=-1s")]
    [InlineData("expect: 'gap_m < 5': 'gap_m' is no metric; did you mean 'gap_ms'?", "run", "--matrix", "smoke", "--expect", "gap_m < 5")]
    [InlineData("expect: 'gap_ms < 5': a load has the metrics of results.csv alone", "load", "--target", "127.0.0.1:1", "--expect", "gap_ms < 5")]
    [InlineData("expect: 'gap_ms < 5 apples': gap_ms is in ms", "restart", "--expect", "gap_ms < 5 apples")]
    [InlineData("fail-on: 'ok' is unknown; use one of invalid, limited", "run", "--matrix", "smoke", "--fail-on", "ok")]
    [InlineData("compare: /nonexistent: no such folder", "compare", "/nonexistent", "/proc")]
    [InlineData("neither run.json nor results.csv is there", "compare", "/proc", "/proc")]
    [InlineData("compare: name two runs or more", "compare", "/proc")]
    [InlineData("report: /etc/hostname: is a file; name the folder of a run", "report", "/etc/hostname")]
    [InlineData("compare: /etc/hostname: is a file; name the folder of a run", "compare", "/etc/hostname", "/proc")]
    [InlineData("report: name the folder of a run, or --index", "report")]
    [InlineData("index: /nonexistent: no such folder", "report", "--index", "/nonexistent")]
    [InlineData("leave them out with --index", "report", "--index", "/proc", "--github")]
    [InlineData("leave them out with --index", "report", "--index", "/proc", "--junit", "/nonexistent/x.xml")]
    [InlineData("publish: goes with --index DIR", "report", "/proc", "--publish", "/proc")]
    [InlineData("github: GITHUB_STEP_SUMMARY is not set", "run", "--matrix", "smoke", "--github")]
    [InlineData("junit: /nonexistent/x.xml cannot be written", "run", "--matrix", "smoke", "--junit", "/nonexistent/x.xml")]
    [InlineData("set: 'workers' is no setting with a value; write KEY=VALUE", "run", "--matrix", "smoke", "--set", "workers")]
    [InlineData("set: key 'wrokers' is unknown; did you mean 'workers'?", "run", "--matrix", "smoke", "--set", "wrokers=2")]
    [InlineData("set: repeats is of the whole matrix", "fairness", "--set", "repeats=2")]
    [InlineData("set: warmup=2s: has no effect in any cell", "restart", "--set", "warmup=2s", "--dry-run")]
    [InlineData("standard input: not a matrix", "run", "--matrix", "-", "--dry-run")]
    [InlineData("baseline: there is no 'nowhere'", "compare", "--baseline", "nowhere", "/proc")]
    [InlineData("margin: '60%' is not a share above 0 and below 50 %", "compare", "--margin", "60%", "a", "b")]
    [InlineData("across: 'servicetime' is no setting; did you mean 'service_time'?", "compare", "--across", "servicetime", "a", "b")]
    [InlineData("chart: c.pdf: name a file that ends in .png or .svg", "compare", "--chart", "c.pdf", "a", "b")]
    [InlineData("fail-on-regression: 2 % is below the margin of 5 %", "compare", "--fail-on-regression", "2%", "--margin", "5%", "a", "b")]
    [InlineData("rate: 0 is out of range", "load", "--target", "127.0.0.1:1", "--rate", "0")]
    [InlineData("out: /proc/nowhere cannot be written (no file can be made there); name", "run", "--matrix", "smoke", "--out", "/proc/nowhere")]
    [InlineData("/bin/sh: is a file; name the folder of a run", "report", "/bin/sh")]
    [InlineData("resume: '/bin/sh': is a file; name the folder of a run", "run", "--resume", "/bin/sh")]
    [InlineData("matrix: '/bin' is a folder; name a matrix file", "run", "/bin")]
    [InlineData("variant: 'reuseprt' is unknown; did you mean 'reuseport'?", "serve", "--variant", "reuseprt")]
    [InlineData("matrix: 'smok' is unknown; did you mean 'smoke'?", "run", "smok")]
    [InlineData("unknown option '--dryrun'; did you mean '--dry-run'?", "run", "smoke", "--dryrun")]
    [InlineData("unknown option '--diag'", "--diag")]
    [InlineData("duration: has no effect on a restart", "restart", "--duration", "1s")]
    [InlineData("margin: '5' is not a share above 0 and below 50 %; did you mean '5%'?", "tune", "--margin", "5")]
    [InlineData("server_busy_share is a share: write a percentage or a share, such as 5% or 0.05", "run", "smoke", "--expect", "server_busy_share < 5")]
    [InlineData("shell: 'tcsh' is unknown; use one of bash, zsh, fish", "completion", "tcsh")]
    [InlineData("markdown: standard output is --json's", "compare", "a", "b", "--json", "--markdown", "-")]
    public void It_is_one_line_and_exit_code_2(string says, params string[] arguments) => AssertRefused(ProgramInProcess.Run(arguments), says);

    /// <summary>One of each place that a refusal comes from: no command, no such command, the parser, a command, a setting, a matrix, a file, a host.</summary>
    [Theory]
    [InlineData("name a command: run, fairness")]
    [InlineData("unknown command 'rnu'; did you mean 'run'?", "rnu", "smoke")]
    [InlineData("unknown option '--matrx'; did you mean '--matrix'?", "run", "--matrx", "smoke")]
    [InlineData("repeats: 'x' is not a whole number", "fairness", "--repeats", "x")]
    [InlineData("workers: 0 is out of range; use 1 to 1024", "serve", "--workers", "0")]
    [InlineData("standard input: not a matrix", "run", "--matrix", "-", "--dry-run")]
    [InlineData("report: /etc/hostname: is a file; name the folder of a run", "report", "/etc/hostname")]
    [InlineData("out: /proc/nowhere cannot be written (no file can be made there); name", "run", "--matrix", "smoke", "--out", "/proc/nowhere")]
    [InlineData("which this process may not use", "load", "--target", "127.0.0.1:1", "--cpus", "0,8000")]
    public void A_process_of_its_own_ends_so(string says, params string[] arguments) =>
        AssertRefused(RunningProgram.Run(RunningProgram.ReuseBench, arguments), says);

    private static void AssertRefused(Outcome outcome, string says)
    {
        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://{0}:80/", 300)]
    [InlineData("{0}:80", 5000)]
    public void A_target_longer_than_any_name_is_one_line(string form, int length)
    {
        Outcome outcome = ProgramInProcess.Run("load", string.Format(null, form, new string('a', length)));
        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"has {length} characters, and no name has more than 253", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_terminal_would_obey_does_not_reach_it()
    {
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "report", "/nowhere\u001b[2J\nreusebench: all is well");
        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("/nowhere?[2J?reusebench: all is well: no such folder", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.json")]
    [InlineData("results.csv")]
    [InlineData("histograms.csv")]
    public void A_device_in_place_of_a_file_of_a_run_is_one_line(string name)
    {
        using TestFolder folder = new();
        foreach (string file in Directory.GetFiles(ReuseBench.Shared.Repository.RunOfVersion1).Where(f => Path.GetFileName(f) != name))
        {
            File.Copy(file, folder.At(Path.GetFileName(file)));
        }

        File.CreateSymbolicLink(folder.At(name), "/dev/zero");
        string path = Path.GetDirectoryName(folder.At(name))!;
        foreach (string[] command in (string[][])[["run", "--resume", path], ["report", path], ["compare", path, path]])
        {
            Outcome outcome = ProgramInProcess.Run(command);
            Assert.Equal(2, outcome.ExitCode);
            string line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains($"{name}: not a regular file", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_plan_that_outgrows_any_memory_is_refused_before_it_is_made()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder.At("large.yaml"), $"""
            name: large
            repeats: 1000
            groups:
              - variant: [single, shared]
                workers: [1, 2]
                connections: [{string.Join(", ", Enumerable.Range(64, 1000))}]
            """);
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", folder.At("large.yaml"), "--dry-run");
        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("measurements, and a run has at most 1000000", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using RunningProgram first = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "single");
        string port = first.WaitForLine("READY ").Split("\"port\":")[1].Split(',')[0];
        Outcome second = RunningProgram.Run(RunningProgram.ReuseBench, "serve", "--variant", "single", "--port", port);
        Assert.Equal(1, second.ExitCode);
        string line = Assert.Single(second.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("EADDRINUSE", line, StringComparison.Ordinal);
        Assert.Contains(port, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2>&-", 2)]
    [InlineData("2>/dev/full", 2)]
    public void Standard_error_that_takes_nothing_is_no_reason_to_abort(string redirection, int code) =>
        Assert.Equal(code, InShell($"{RunningProgram.ReuseBench} rnu {redirection}").ExitCode);

    [Fact]
    public void Standard_output_that_is_closed_is_one_line()
    {
        Outcome outcome = InShell($"{RunningProgram.ReuseBench} matrix list >&-");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("reusebench: standard output is closed; give it a file, or /dev/null\n", outcome.Errors);
    }

    [Fact]
    public void Few_descriptors_are_one_line()
    {
        Outcome outcome = InShell($"ulimit -n 50; {RunningProgram.ReuseBench} load 127.0.0.1:1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Matches("^reusebench: this process may open 50 files, and needs [0-9]+ to begin with; raise the limit .*\n$", outcome.Errors);
    }

    [Fact]
    public void A_folder_that_is_gone_is_one_line()
    {
        using TestFolder folder = new();
        string gone = folder.At("gone");
        Outcome outcome = InShell($"mkdir {gone}; cd {gone}; rmdir {gone}; {RunningProgram.ReuseBench} run smoke --dry-run");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("reusebench: the current folder is gone, or may not be read; change to one that is there (cd), and start again\n", outcome.Errors);
    }

    private static Outcome InShell(string script) => RunningProgram.Run("/bin/sh", "-c", script);
}

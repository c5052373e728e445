using System.Diagnostics;
using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Linux;

namespace ReuseBench.Campaign;

/// <summary>
/// Runs of a small matrix, one after another. Each is killed some times, at moments that the seed draws over all that is left of it, resumed after each,
/// and then left to come to its end. The seed gives victims, signals and moments; what a moment hits is the host's.
/// </summary>
internal sealed class FaultCampaign(CampaignPlan plan, OwnPlace place, TextWriter log)
{
    /// <summary>Every kind of cell, seconds in all. A run of six tries the semantics, too.</summary>
    private const string Matrix = """
        name: campaign
        description: short cells of every kind, to be killed
        semantics: SEMANTICS
        defaults: {warmup: 100ms, duration: 300ms, timeout: 2s, connect_timeout: 2s, connections: 16}
        groups:
          - {variant: [shared, reuseport], workers: 2, workload: connect}
          - {variant: reuseport, workers: 2, processes: 2, workload: keepalive}
          - {experiment: latency, variant: shared, workers: 2, workload: connect, rate: 500}
          - {experiment: restart, restart_method: handoff, rate: 500}
          - {experiment: restart, variant: restart, restart_every: 100ms, workers: 2, workload: connect, interval: 1ms, duration: 600ms}
          - {experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, source_plan: random, sources: 127.0.0.2-127.0.0.9, duration: 100ms}
          - {experiment: stall, driver: accept-only, variant: reuseport, workers: 2, connections: 64, source_plan: random, sources: 127.0.0.2-127.0.0.9}
        """;

    private const int Aborted = 128 + 6;
    private const int Segfault = 128 + 11;
    private const int Measured = 0;
    private const int NothingValid = 4;
    private const int Interrupted = 130;

    /// <summary>A kill this close to the end of a window is after what was measured.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromMilliseconds(50);

    private static readonly string[] StackTraces = ["Unhandled exception", "   at ReuseBench.", "a defect of reusebench itself"];

    private static readonly Victim[] Victims = [Victim.Orchestrator, Victim.Orchestrator, Victim.Server, Victim.Swarm];

    private static readonly Signal[][] Signals = [[Signal.Kill], [Signal.Kill], [Signal.Terminate], [Signal.Interrupt], [Signal.Interrupt, Signal.Interrupt]];

    private readonly Random _random = new(plan.Seed);
    private readonly Tally _tally = new(plan);
    private readonly Remains _remains = Remains.Before(place);

    /// <summary>Wall time of an undisturbed run.</summary>
    private TimeSpan _whole = TimeSpan.FromSeconds(10);

    private CampaignPlan Plan => plan;

    private OwnPlace Place => place;

    private TextWriter Log => log;

    /// <returns>What came of it.</returns>
    public Tally Run()
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (_tally.Kills < plan.Kills && clock.Elapsed < plan.Limit)
        {
            int number = _tally.Runs++;

            // The first is the control: nothing is killed, and nothing is to be left.
            new OneRun(this, number).ToEnd(kills: number == 0 ? 0 : Math.Min(CampaignPlan.KillsOfARun, plan.Kills - _tally.Kills));
        }

        _tally.Wall = clock.Elapsed;
        return _tally;
    }

    private Strike NextStrike(double shareLeft)
    {
        Victim victim = Victims[_random.Next(Victims.Length)];
        Signal[] signals = Signals[_random.Next(Signals.Length)];
        return new Strike(
            victim,
            victim == Victim.Orchestrator ? signals : signals[..1],
            _whole * shareLeft * _random.NextDouble(),
            TimeSpan.FromMilliseconds(_random.Next(600)));
    }

    /// <summary>One run folder and all its sessions.</summary>
    private sealed class OneRun
    {
        private readonly FaultCampaign _campaign;
        private readonly int _number;
        private readonly string _folder;
        private readonly string _matrix;
        private readonly string[] _isolation;
        private RunTables _known;
        private Strike _last = Strike.None;
        private string _said = "";
        private bool _isHarmed;
        private bool _isComplete;

        public OneRun(FaultCampaign campaign, int number)
        {
            _campaign = campaign;
            _number = number;
            _folder = Path.Combine(campaign.Place.Runs, $"run-{number}");
            _matrix = Path.Combine(campaign.Place.Runs, $"matrix-{number}.yaml");
            _isolation = number % 2 == 0 ? [] : ["--isolate", "none"];
            _known = RunTables.Read(_folder);
            File.WriteAllText(_matrix, Matrix.Replace("SEMANTICS", number % 6 == 1 ? "on" : "off", StringComparison.Ordinal));
        }

        private Tally Tally => _campaign._tally;

        private bool HasManifest => File.Exists(Path.Combine(_folder, RunFiles.Manifest));

        public void ToEnd(int kills)
        {
            if (kills == 0)
            {
                Tally.AddTried(Strike.None);
            }

            // A session that is over before its moment has come has brought the run to its end: what is left of it is too little to hit.
            bool isStruck = true;
            for (int kill = 0; kill < kills && isStruck; kill++)
            {
                isStruck = Struck();
            }

            for (int resume = 0; resume < CampaignPlan.MostResumes && !_isComplete; resume++)
            {
                Tally.FurtherResumes += resume == 0 ? 0 : 1;
                _ = Go(Strike.None);
            }

            RequireComplete(_isComplete);
            Forget();
        }

        /// <summary>One session with a kill.</summary>
        /// <returns>False where it was over before.</returns>
        private bool Struck()
        {
            RunManifest? manifest = HasManifest ? RunManifestFile.Read(_folder) : null;
            int planned = manifest?.Cells.Sum(c => c.Repeats) ?? 1;
            double left = Math.Max(0.2, (double)(planned - _known.Sealed.Count) / planned);
            return Go(_campaign.NextStrike(left));
        }

        /// <returns>Whether a process was killed.</returns>
        private bool Go(Strike strike)
        {
            string[] command = HasManifest ? ["run", "--resume", _folder, .. _isolation] : ["run", "--matrix", _matrix, "--out", _folder, .. _isolation];
            using Session session = Session.Start(_campaign.Place, Tally.Sessions++, command);
            bool isStruck = session.Take(strike);
            int? exitCode = session.WaitForExit(CampaignPlan.SessionLimit);
            if (isStruck)
            {
                _last = strike;
                Tally.AddTried(strike);
                bool isAsked = strike.Victim == Victim.Orchestrator && exitCode == Interrupted;
                Tally.LongestEnd = isAsked && session.EndedAfter > Tally.LongestEnd ? session.EndedAfter.Value : Tally.LongestEnd;
            }
            else if (_number == 0)
            {
                _campaign._whole = session.Elapsed;
            }

            _said = session.Said;
            Look(session, exitCode);
            _isComplete = !isStruck && exitCode is (Measured or NothingValid) && Missing().Length == 0;
            _campaign.Log.WriteLine($"{Tally.Kills}/{_campaign.Plan.Kills}: run {_number}, session {Tally.Sessions}: "
                + $"{(isStruck ? $"{strike.Victim} {strike.SignalName} after {strike.After.TotalSeconds:0.0} s" : "to its end")}, "
                + $"exit code {exitCode}, {_known.Sealed.Count} repeats");
            return isStruck;
        }

        /// <summary>What is there once a session is over.</summary>
        private void Look(Session session, int? exitCode)
        {
            Note(Harm.Processes, session.ProcessesLeft());
            Note(Harm.Hung, exitCode is null ? [$"run {_number} did not end within {CampaignPlan.SessionLimit.TotalMinutes:0} min"] : []);
            bool isCrashed = exitCode is Aborted or Segfault || StackTraces.Any(t => _said.Contains(t, StringComparison.Ordinal));
            Note(Harm.Crashed, isCrashed ? [$"run {_number}, exit code {exitCode}: {_said}"] : []);
            Note(Harm.Namespaces, _campaign._remains.Namespaces());
            Note(Harm.Sysctls, _campaign._remains.SysctlsChanged());
            Note(Harm.Files, _campaign._remains.Files());
            RunTables now = RunTables.Read(_folder);
            Note(Harm.Lost, [.. now.LostSince(_known).Select(key => $"{key.CellId} #{key.Repeat} of run {_number}")]);
            Note(Harm.Doubled, now.Doubled == 0 ? [] : [.. Enumerable.Repeat($"a row of run {_number}", now.Doubled)]);
            Note(Harm.Unmarked, [.. Unmarked(now, session.StruckUtc)]);
            _known = now;
        }

        /// <summary>Valid rows of this session that were cut short, or whose server or swarm was killed while they were measured.</summary>
        private IEnumerable<string> Unmarked(RunTables now, DateTime? struckUtc)
        {
            if (struckUtc is not DateTime struck || _last.Victim is Victim.Nobody or Victim.Orchestrator)
            {
                return [];
            }

            return Tables.Results.Stream(_folder)
                .Where(row => now.Sealed.Except(_known.Sealed).Contains(new RepeatKey(row.CellId, row.Repeat)))
                .Where(row => row is { Failure: null, Grade: not Grade.Invalid } && row.Cell.Restart is null && row.Cell.Driver == Driver.Native)
                .Where(row => row.DurationS < 0.95 * row.Cell.Load.Duration.Seconds || (_last.Signals[0] != Signal.Interrupt && IsWithin(row, struck)))
                .Select(row => $"{row.CellId} #{row.Repeat} of run {_number}: {row.DurationS:0.###} s from {row.StartedUtc}, killed at {struck:HH:mm:ss.fff}");
        }

        /// <summary>The children of a run ignore SIGINT: it is for their parent to say when they end.</summary>
        private static bool IsWithin(ResultRow row, DateTime struck)
        {
            DateTime began = DateTime.Parse(row.StartedUtc!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
            return struck > began && struck < began.AddSeconds(row.DurationS) - Tail;
        }

        private void RequireComplete(bool isComplete)
        {
            int missing = Missing().Length;
            bool isToldSo = HasManifest && RunManifestFile.Read(_folder).Status == RunStatus.Complete;
            Note(Harm.Incomplete, isComplete && isToldSo
                ? [] : [$"run {_number} is not complete after {CampaignPlan.MostResumes} resumes ({missing} repeats missing): {_said}"]);
            Note(Harm.Torn, _known.Torn == 0 ? [] : [.. Enumerable.Repeat($"a row of run {_number}", _known.Torn)]);
            Note(Harm.Files, Directory.Exists(_folder) ? [.. RunTables.DraftsIn(_folder)] : []);
            Tally.Repeats += _known.Sealed.Count;
        }

        /// <summary>Planned and not measured.</summary>
        private RepeatKey[] Missing() => !HasManifest ? [default] :
        [
            .. RunManifestFile.Read(_folder).Cells.SelectMany(c => Enumerable.Range(1, c.Repeats).Select(r => new RepeatKey(c.CellId, r)))
                .Where(key => !_known.Sealed.Contains(key)),
        ];

        private void Note(Harm harm, IReadOnlyCollection<string> what) => _isHarmed |= Tally.Add(_last, harm, what);

        /// <summary>The place is in memory: only a run in which something went wrong is worth keeping.</summary>
        private void Forget()
        {
            if (_isHarmed && _campaign.Plan.Keep is { } keep && Directory.Exists(_folder))
            {
                string kept = Path.Combine(keep, Path.GetFileName(_folder));
                foreach (string file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
                {
                    string target = Path.Combine(kept, Path.GetRelativePath(_folder, file));
                    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                    File.Copy(file, target, overwrite: true);
                }

                File.WriteAllText(Path.Combine(kept, "last-session.txt"), _said);
            }

            File.Delete(_matrix);
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
    }
}

using FsCheck;
using FsCheck.Fluent;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Tests.Recording;

public sealed class MergeTests
{
    [Fact]
    public void Merged_histograms_are_the_histogram_of_the_merged_samples()
    {
        Gen<long> values = from exponent in Gen.Choose(0, 36)
                           from fraction in Gen
            .Choose(0, 1_000_000)
                           select (1L << exponent) + (fraction << Math.Max(0, exponent - 20));
        Prop.ForAll(Gen.ArrayOf(Gen.ArrayOf(values)).ToArbitrary(), threads =>
        {
            PhaseHistograms merged = new(LoadShape.Open);
            PhaseHistograms all = new(LoadShape.Open);
            foreach (long[] samples in threads)
            {
                PhaseHistograms one = new(LoadShape.Open);
                Record(one, samples);
                Record(all, samples);
                merged.Add(one);
            }

            Assert.Equal(8, all.All().Count());
            foreach (string phase in all.All().Select(p => p.Phase))
            {
                Assert.Equal(threads.Sum(t => t.Length), merged[phase]!.TotalCount);
                Assert.Equal(HistogramCodec.ToBase64(all[phase]!), HistogramCodec.ToBase64(merged[phase]!));
            }
        }).QuickCheckThrowOnFailure();

        static void Record(PhaseHistograms histograms, long[] samples)
        {
            foreach (long sample in samples)
            {
                histograms.Connect(sample);
                histograms.FirstByte(sample + 1);
                histograms.Request(sample * 2);
                histograms.FromSend(sample * 3);
                histograms.Lag(sample / 2);
                histograms.ReadLag(sample / 3);
                histograms.NetOfLag(sample);
                histograms.NetOfQueue(sample + (sample / 3));
            }
        }
    }

    [Fact]
    public void Longest_values_of_a_slot_are_kept_over_threads()
    {
        const long Ms = 1_000_000;
        SlotRecorder one = new(100 * Ms);
        SlotRecorder two = new(100 * Ms);
        foreach (SlotRecorder recorder in (SlotRecorder[])[one, two])
        {
            // Told again with an earlier end, as a run that is stopped does.
            recorder.Begin(7 * Ms);
            recorder.Begin(7 * Ms);
        }

        one.Record(8 * Ms, 3);
        one.Record(16 * Ms, 2);
        one.Record(17 * Ms, 9);
        one.Record(60 * Ms, 4);
        two.Record(7 * Ms, 5);
        two.Record(500 * Ms, 6);
        two.Record(900 * Ms, 1);
        one.Add(two);

        long[] expected = [5, 9, 0, 0, 0, 4, 0, 0, 0, 0, 6];
        Assert.Equal(SlotPeaks.Of(expected).ToBase64(), one.ToPeaks().ToBase64());
        Assert.Equal(SlotPeaks.Of([]).ToBase64(), new SlotRecorder(Ms).ToPeaks().ToBase64());
    }

    [Fact]
    public void A_value_beyond_the_histograms_range_is_kept_as_its_end()
    {
        PhaseHistograms histograms = new(LoadShape.Closed);
        histograms.Request(-5);
        histograms.Request(long.MaxValue);

        Assert.Equal(2, histograms[Phases.Request]!.TotalCount);
        Assert.Null(histograms[Phases.Lag]);
    }

    [Fact]
    public void Workers_are_told_apart_by_their_bytes_and_merged_by_name()
    {
        WorkerTable one = new();
        WorkerTable two = new();
        for (int i = 0; i < 300; i++)
        {
            string name = $"worker-{i % 100}";
            one.CountAnswer(one.Find(System.Text.Encoding.ASCII.GetBytes(name)));
            two.CountAnswer(two.Find(System.Text.Encoding.ASCII.GetBytes($"worker-{99 - (i % 100)}")));
        }

        two.CountConnection(two.Find("worker-7"u8));
        SortedDictionary<string, long> answers = [];
        SortedDictionary<string, long> connections = [];
        one.AddTo(answers, connections);
        two.AddTo(answers, connections);

        Assert.Equal(100, answers.Count);
        Assert.All(answers.Values, count => Assert.Equal(6, count));
        Assert.Equal(1, connections["worker-7"]);
        Assert.Equal(1, connections.Values.Sum());
    }

    [Fact]
    public void A_header_that_names_no_workers_is_counted_under_one_name()
    {
        WorkerTable table = new();
        for (int i = 0; i < WorkerTable.MaxWorkers + 10; i++)
        {
            table.CountAnswer(table.Find(System.Text.Encoding.ASCII.GetBytes($"{i}")));
        }

        table.CountAnswer(table.Find(new byte[WorkerTable.MaxNameBytes + 1]));
        SortedDictionary<string, long> answers = [];
        table.AddTo(answers, []);

        Assert.Equal(WorkerTable.MaxWorkers + 1, answers.Count);
        Assert.Equal(11, answers[WorkerTable.OtherName]);
    }
}

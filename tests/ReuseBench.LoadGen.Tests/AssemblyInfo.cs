// The tests of whole runs measure time: beside one another they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

m.clock={Clock:class{choice(){return null}run(){}stop(){}}};

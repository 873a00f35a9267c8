create publication contacts for table contact, location;
